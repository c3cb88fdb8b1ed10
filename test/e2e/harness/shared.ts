/** Whether others work in the cluster: then a test leaves alone what is not its namespace's. */
export const isShared = process.env.E2E_SHARED === 'true';
