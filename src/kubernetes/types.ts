/**
 * The API server's types as JSON carries them. They are derived from the Kubernetes client's types; nothing of the
 * client is imported at run time.
 */

export type {
  CoreV1Event,
  V1Affinity,
  V1Container,
  V1ContainerStateTerminated,
  V1ContainerStateWaiting,
  V1Deployment,
  V1Job,
  V1JobSpec,
  V1LabelSelector,
  V1Lease,
  V1NetworkPolicy,
  V1NetworkPolicyEgressRule,
  V1NetworkPolicyPeer,
  V1NetworkPolicyPort,
  V1NetworkPolicySpec,
  V1ObjectMeta,
  V1OwnerReference,
  V1PersistentVolumeClaim,
  V1Pod,
  V1PodDisruptionBudget,
  V1PodFailurePolicy,
  V1PodSpec,
  V1PodStatus,
  V1PodTemplateSpec,
  V1Service,
  V1TopologySpreadConstraint,
  V1Volume,
  V1VolumeMount,
  V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';

/** A type of the client as JSON: times are strings, and everything is read-only. */
export type Json<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? readonly Json<Item>[]
    : T extends object
      ? { readonly [Field in keyof T]: Json<T[Field]> }
      : T;

/** The same as read from the API server: any field may be absent. */
export type Raw<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? readonly Raw<Item>[]
    : T extends object
      ? string extends keyof T
        ? { readonly [Key in keyof T]: Raw<T[Key]> }
        : { readonly [Field in keyof T]?: Raw<T[Field]> }
      : T;
