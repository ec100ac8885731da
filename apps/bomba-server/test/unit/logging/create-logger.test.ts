import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createLogger, type LoggerOptions } from '../../../src/logging/create-logger.js';

const canary = 'c@nary"p4ss/word';

function capture(options: Partial<LoggerOptions> = {}): {
  logger: ReturnType<typeof createLogger>;
  text: () => string;
} {
  const stream = new PassThrough();
  const logger = createLogger({ level: 'debug', format: 'text', secrets: [canary], stream, ...options });
  return { logger, text: () => String(stream.read() ?? '') };
}

describe.each(['text', 'json'] as const)('createLogger, %s', (format) => {
  it('shows no secret, wherever and however it is written', () => {
    const { logger, text } = capture({ format });
    logger.error(`failed with ${canary}`, { reason: canary, code: encodeURIComponent(canary) });
    logger.child({ side: canary }).warn(JSON.stringify({ password: canary }));
    logger.info(`mongodb+srv://bomba:unlisted@cluster.example.net/x and mongodb://u:unlisted@h/y`);
    const written = text();
    expect(written.trim().split('\n')).toHaveLength(3);
    for (const form of [
      canary,
      JSON.stringify(canary).slice(1, -1),
      encodeURIComponent(canary),
      'unlisted',
    ]) {
      expect(written).not.toContain(form);
    }
    expect(written).toContain('cluster.example.net');
  });

  it('hides what is named like a secret and what is not a plain value', () => {
    const { logger, text } = capture({ format });
    const fields: Record<string, unknown> = {
      password: 'hunter22',
      apiKey: 'k1',
      document: { name: 'hidden' },
    };
    logger.info('look', { ...(fields as Record<string, string>), collection: 'bills' });
    const written = text();
    expect(written).not.toMatch(/hunter22|k1|hidden/);
    expect(written).toContain('bills');
  });

  it('keeps a message in one line', () => {
    const { logger, text } = capture({ format });
    logger.info('first\nsecond  forged=true');
    expect(text().trim().split('\n')).toHaveLength(1);
  });

  it('writes only what its level admits', () => {
    const { logger, text } = capture({ format, level: 'warn' });
    logger.info('quiet');
    logger.warn('heard');
    const written = text();
    expect(written).toContain('heard');
    expect(written).not.toContain('quiet');
  });
});

describe('createLogger', () => {
  it('adds the fields of a child to each of its lines', () => {
    const { logger, text } = capture();
    logger.child({ side: 'local' }).child({ collection: 'bills' }).info('look', { attempt: 2 });
    expect(text()).toMatch(/info {2}look {2}side="local" {2}collection="bills" {2}attempt=2\n$/);
  });
});
