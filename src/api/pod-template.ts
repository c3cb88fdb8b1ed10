/** What people may say about the pods that Bellwether makes; everything else is Bellwether's own choice. */
import { z } from 'zod';
import { boundedMap, count, listMap, opaque, quantity, stringMap } from './fields.ts';

const shortString = z.string().max(253);
const quantities = boundedMap(quantity, 16);

export const resourcesSchema = z.strictObject({
  requests: quantities
    .optional()
    .describe('What the scheduler sets aside, as in {cpu: 500m, memory: 512Mi}.'),
  limits: quantities.optional().describe('What the container may not exceed.'),
});
export type Resources = z.output<typeof resourcesSchema>;

const tolerationSchema = z.strictObject({
  key: shortString.optional().describe("The taint's key; default: every key."),
  operator: z.enum(['Exists', 'Equal']).optional().describe('Exists takes any value; default Equal.'),
  value: z.string().max(63).optional().describe("The taint's value."),
  effect: z
    .enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute'])
    .optional()
    .describe("The taint's effect; default: every effect."),
  tolerationSeconds: z
    .int()
    .min(0)
    .optional()
    .describe('How long NoExecute is tolerated; default: for ever.'),
});

export const podTemplateSchema = z.strictObject({
  image: z.string().min(1).max(512).optional().describe("Image to run; default: the operator's own."),
  imagePullPolicy: z
    .enum(['Always', 'IfNotPresent', 'Never'])
    .optional()
    .describe('When the image is pulled.'),
  imagePullSecrets: z
    .array(z.strictObject({ name: shortString.describe('Name of the Secret.') }))
    .max(8)
    .meta(listMap('name'))
    .optional()
    .describe('Secrets with credentials of the registry.'),
  labels: stringMap(63).optional().describe("Labels added to the pods' own."),
  annotations: stringMap(4096).optional().describe('Annotations of the pods.'),
  env: z
    .array(
      z.strictObject({
        name: shortString.min(1).describe('Name of the variable.'),
        value: z.string().max(4096).describe('Its value, as it is.'),
      }),
    )
    .max(32)
    .meta(listMap('name'))
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
      runAsUser: count(1, 2_147_483_647).optional().describe('User id of the process; never root.'),
      runAsGroup: count(0, 2_147_483_647).optional().describe('Group id of the process.'),
      fsGroup: count(0, 2_147_483_647).optional().describe('Group that may write to the volume.'),
    })
    .optional()
    .describe('User and groups; default 1000. The rest always follows the restricted profile.'),
});
export type PodTemplate = z.output<typeof podTemplateSchema>;
