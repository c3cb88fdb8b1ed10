/** The one controller: a reconcile is about one Model with all that belongs to it. */
export const controller = 'model';
