import { x } from '#trust';
import '#policy';
export const y = x;
