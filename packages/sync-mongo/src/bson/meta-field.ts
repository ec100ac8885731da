/** The name of the one field that bomba-sync adds to a document. */
export const META_FIELD = '_syncMeta';
