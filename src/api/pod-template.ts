/** The fields of pods that users may set. Bellwether sets all others. */
import { z } from 'zod';
import { boundedMap, count, listMap, opaque, quantity, stringMap } from './fields.ts';

const shortString = z.string().max(253);
const quantities = boundedMap(quantity, 16);

export const resourcesSchema = z.strictObject({
  requests: quantities.optional().describe('Requested resources, such as {cpu: 500m, memory: 512Mi}.'),
  limits: quantities.optional().describe('Upper limits of the resources.'),
});
export type Resources = z.output<typeof resourcesSchema>;

const tolerationSchema = z.strictObject({
  key: shortString.optional().describe('Key of the taint; default: every key.'),
  operator: z.enum(['Exists', 'Equal']).optional().describe('Exists matches any value; default: Equal.'),
  value: z.string().max(63).optional().describe('Value of the taint.'),
  effect: z
    .enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute'])
    .optional()
    .describe('Effect of the taint; default: every effect.'),
  tolerationSeconds: z
    .int()
    .min(0)
    .optional()
    .describe('Seconds for which NoExecute is tolerated; default: forever.'),
});

export const podTemplateSchema = z.strictObject({
  image: z
    .string()
    .min(1)
    .max(512)
    .optional()
    .describe("Image of the container; default: the operator's image."),
  imagePullPolicy: z
    .enum(['Always', 'IfNotPresent', 'Never'])
    .optional()
    .describe('When the kubelet pulls the image.'),
  imagePullSecrets: z
    .array(z.strictObject({ name: shortString.describe('Name of the Secret.') }))
    .max(8)
    .meta(listMap('name'))
    .optional()
    .describe('Secrets with credentials of the image registry.'),
  labels: stringMap(63).optional().describe('Further labels of the pods.'),
  annotations: stringMap(4096).optional().describe('Annotations of the pods.'),
  env: z
    .array(
      z.strictObject({
        name: shortString.min(1).describe('Name of the variable.'),
        value: z.string().max(4096).describe('Value of the variable.'),
      }),
    )
    .max(32)
    .meta(listMap('name'))
    .optional()
    .describe('Further environment variables, such as HTTPS_PROXY with NODE_USE_ENV_PROXY=1.'),
  nodeSelector: stringMap(63).optional().describe('Labels that a node must have to run the pods.'),
  tolerations: z.array(tolerationSchema).max(16).optional().describe('Taints that the pods tolerate.'),
  affinity: opaque.optional().describe('Affinity, as in the spec of a pod.'),
  topologySpreadConstraints: z
    .array(opaque)
    .max(8)
    .optional()
    .describe('Topology spread constraints, as in the spec of a pod.'),
  priorityClassName: shortString.optional().describe('Priority class of the pods.'),
  serviceAccountName: shortString
    .optional()
    .describe("Service account; default: the namespace's default. Its token is never mounted."),
  securityContext: z
    .strictObject({
      runAsUser: count(1, 2_147_483_647).optional().describe('User ID of the process; not root.'),
      runAsGroup: count(0, 2_147_483_647).optional().describe('Group ID of the process.'),
      fsGroup: count(0, 2_147_483_647).optional().describe('Group ID of the files in the volume.'),
    })
    .optional()
    .describe('User and groups; default: 1000. All other fields follow the Pod Security profile Restricted.'),
});
export type PodTemplate = z.output<typeof podTemplateSchema>;
