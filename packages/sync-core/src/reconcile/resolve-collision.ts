import { type Collision, type CollisionResolution, quarantined } from '../conflict/collision.js';
import { type EngineContext } from '../engine/engine-context.js';
import { sameBody } from '../protocol/body.js';

/** What is to become of the loser of a collision; a change that changes nothing of it would collide again. */
export function resolveCollision(context: EngineContext, collision: Collision): CollisionResolution {
  const resolution = context.resolveCollision?.(collision) ?? quarantined;
  const isVain = resolution.do === 'change' && sameBody(resolution.body, collision.loser.body);
  return isVain ? quarantined : resolution;
}
