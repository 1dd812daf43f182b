export { createLogger, logLevels, withoutPassword } from './logger';
export type { Logger, LogLevel } from './logger';
export { CONFIGURATION_EXIT_CODE, ConfigurationError, parseEnvironment } from './environment';
export { runProcess } from './process-life';
export type { RunningProcess } from './process-life';
export { nestLogger } from './nest-logger';
