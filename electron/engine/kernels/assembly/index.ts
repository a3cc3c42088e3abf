/**
 * The numeric inner loops, compiled to WASM twice (SIMD, and relaxed SIMD with fused multiply-add).
 *
 * Rules of this folder: addresses are bytes in the one shared memory and are passed in; nothing is allocated; every loop
 * that several threads share has the shape `loop(from, to, scratch, …)`, takes rows [from, to) and writes nothing that
 * another range writes, so that the result does not depend on who computed which range.
 */
export { gramBlocks, alsRows, alsHeavyRows } from './als';
export { easeGram, easeInvertPivot, easePanel, easeUpdate, easeExpand } from './ease';
export { neighbourMerge, neighbourPairs } from './neighbours';
export { scorePacked } from './scores';
export { listBlocks } from './lists';
export { solveRows } from './solve';
export { svdBlocks, svdppUsers } from './svd';
export { scanBytes, sparseTimes, tallGram, timesSquare } from './vectors';
