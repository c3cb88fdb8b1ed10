/** True in a shared cluster: tests then change nothing outside their namespaces. */
export const isShared = process.env.E2E_SHARED === 'true';
