/** What people may say about the pods that Bellwether makes; everything else is Bellwether's own choice. */
import { z } from 'zod';

const shortString = z.string().max(253);
/** Label values and annotation keys are checked in full by the API server when the pod is made. */
const stringMap = (most: number) => z.record(shortString, z.string().max(most));

/** A Kubernetes quantity such as `500m`, `1.5` or `512Mi`. */
export const quantitySchema = z
  .union([z.int(), z.string().max(32)])
  .meta({ 'x-kubernetes-int-or-string': true })
  .refine(
    value =>
      /^[+-]?([0-9]+|[0-9]+\.[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+|[KMGTPE]i|[numkMGTPE])?$/.test(String(value)),
    {
      message: 'must be a quantity such as 500m or 512Mi',
    },
  );

const quantities = z.record(z.string().max(63), quantitySchema);

export const resourcesSchema = z.strictObject({
  requests: quantities
    .optional()
    .describe('What the scheduler sets aside, as in {cpu: 500m, memory: 512Mi}.'),
  limits: quantities.optional().describe('What the container may not exceed.'),
});
export type Resources = z.output<typeof resourcesSchema>;

const tolerationSchema = z.strictObject({
  key: shortString.optional(),
  operator: z.enum(['Exists', 'Equal']).optional(),
  value: z.string().max(63).optional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
  tolerationSeconds: z.int().min(0).optional(),
});

/** Kubernetes' own type, checked by the API server when the pod is made. */
const opaque = z.record(z.string(), z.unknown()).meta({ 'x-kubernetes-preserve-unknown-fields': true });

export const podTemplateSchema = z.strictObject({
  image: z.string().min(1).max(512).optional().describe("Image to run; default: the operator's own."),
  imagePullPolicy: z
    .enum(['Always', 'IfNotPresent', 'Never'])
    .optional()
    .describe('When the image is pulled.'),
  imagePullSecrets: z
    .array(z.strictObject({ name: shortString }))
    .max(8)
    .optional()
    .describe('Secrets with credentials of the registry.'),
  labels: stringMap(63).optional().describe("Labels added to the pods' own."),
  annotations: stringMap(4096).optional().describe('Annotations of the pods.'),
  env: z
    .array(z.strictObject({ name: shortString.min(1), value: z.string().max(4096) }))
    .max(32)
    .optional()
    .describe('Environment variables, such as a proxy.'),
  nodeSelector: stringMap(63).optional().describe('Labels that a node must have.'),
  tolerations: z.array(tolerationSchema).max(16).optional().describe('Taints that the pods tolerate.'),
  affinity: opaque.optional().describe('Affinity, as in a pod.'),
  topologySpreadConstraints: z.array(opaque).max(8).optional().describe('Spread over nodes, as in a pod.'),
  priorityClassName: shortString.optional().describe('Priority class of the pods.'),
  serviceAccountName: shortString
    .optional()
    .describe("Service account; default: the namespace's own. Its token is never mounted."),
  securityContext: z
    .strictObject({
      runAsUser: z.int().min(1).optional(),
      runAsGroup: z.int().min(0).optional(),
      fsGroup: z.int().min(0).optional(),
    })
    .optional()
    .describe('User and groups; default 1000. The rest always follows the restricted profile.'),
});
export type PodTemplate = z.output<typeof podTemplateSchema>;
