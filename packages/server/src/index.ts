export { type App, createApp } from './app.ts';
export { ConfigError, EX_CONFIG, loadConfig } from './config.ts';
export { type Config, configSchema } from './config-schema.ts';
export { createLog } from './platform/log.ts';
export { type Services, startServices } from './services/services.ts';
