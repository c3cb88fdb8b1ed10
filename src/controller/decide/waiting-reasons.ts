/** Groups the reasons that the kubelet gives for a waiting container, of stages and of servers. */

/** Every pod has these for a while. */
const normal = new Set(['ContainerCreating', 'PodInitializing', '']);

const imageFailures = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);

/** Whether the container is starting normally. */
export function isNormalStart(reason: string): boolean {
  return normal.has(reason);
}

/** Whether the container's image cannot be obtained. */
export function isImageFailure(reason: string): boolean {
  return imageFailures.has(reason);
}
