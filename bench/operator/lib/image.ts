/** The image of operator, stages and servers; the cluster must have it or be able to pull it. */
export const image = process.env.BENCH_IMAGE ?? 'bellwether:dev';
