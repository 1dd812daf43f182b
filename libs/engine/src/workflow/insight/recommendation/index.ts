export { recommend } from './recommend';
export { executions } from './recommendation';
export type { Recommendation, RecommendationKnowledge } from './recommendation';
