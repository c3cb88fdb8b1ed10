/** Tokens, certificate and rate limit of a Model's servers: Secrets as files, and the options that name them. */
import type { ServingSpec } from '../../api/model.ts';
import type { Json, V1Volume, V1VolumeMount } from '../../kubernetes/types.ts';

interface ServerAccess {
  readonly env: Readonly<Record<string, string>>;
  readonly volumes: readonly Json<V1Volume>[];
  readonly volumeMounts: readonly Json<V1VolumeMount>[];
}

const folder = '/etc/bellwether';

/** Readable by the process's group, which the kubelet gives to the files. */
const fileMode = 0o440;

/** The whole volume is mounted, because the kubelet never updates single files of one (`subPath`). */
export function renderServerAccess({ auth, tls, rateLimit }: ServingSpec): ServerAccess {
  const secrets = [
    { name: 'tokens', secretName: auth?.secretName },
    { name: 'metrics-tokens', secretName: auth?.metricsSecretName },
    { name: 'tls', secretName: tls?.secretName },
  ].flatMap(({ name, secretName }) => (secretName === undefined ? [] : [{ name, secretName }]));
  return {
    env: {
      ...(auth?.secretName !== undefined && { BELLWETHER_TOKEN_FILE: `${folder}/tokens` }),
      ...(auth?.metricsSecretName !== undefined && {
        BELLWETHER_METRICS_TOKEN_FILE: `${folder}/metrics-tokens`,
      }),
      ...(tls !== undefined && {
        BELLWETHER_TLS_CERT: `${folder}/tls/tls.crt`,
        BELLWETHER_TLS_KEY: `${folder}/tls/tls.key`,
      }),
      ...(rateLimit !== undefined && { BELLWETHER_RATE_LIMIT: String(rateLimit.requestsPerSecond) }),
      ...(rateLimit?.burst !== undefined && { BELLWETHER_RATE_BURST: String(rateLimit.burst) }),
    },
    volumes: secrets.map(({ name, secretName }) => ({ name, secret: { secretName, defaultMode: fileMode } })),
    volumeMounts: secrets.map(({ name }) => ({ name, mountPath: `${folder}/${name}`, readOnly: true })),
  };
}

/** The scheme of the servers' URLs, as probes and ServiceMonitors name it in their own case. */
export function schemeOf({ tls }: ServingSpec): 'http' | 'https' {
  return tls === undefined ? 'http' : 'https';
}
