import { createHash } from 'node:crypto';

export const passwordHash = (password: string): string => createHash('sha256').update(password).digest('hex');
