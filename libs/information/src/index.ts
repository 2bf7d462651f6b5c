export {
  UNCONSTRAINED,
  constraintsOf,
  constraintsSchema,
  givenPurposes,
  join as joinConstraints,
  relax as relaxConstraints,
  type Constraints,
} from './constraints.js';
export { mayPassOn, mayUse, type Permission } from './permissions.js';
