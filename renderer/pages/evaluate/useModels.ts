import type { ModelInfo } from '../../../shared/contract/recommend.ts';
import { useEngine } from '../../host/engine.ts';

const none: readonly ModelInfo[] = [];

/** The models there are, with their titles. */
export const useModels = (): readonly ModelInfo[] => useEngine('models.list', {}).data ?? none;
