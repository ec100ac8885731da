export { MemoryAtlasSide, type MemoryAtlasOptions } from './memory-atlas-side.js';
export { MemoryLocalSide, type MemoryLocalOptions } from './memory-local-side.js';
export { type MemoryDocument, plainDocument } from './memory-document.js';
export { type UniqueOf } from './unique-values.js';
