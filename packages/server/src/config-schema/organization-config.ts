/** What the organization says of itself, and who may join it. */
import { normaliseHost } from '@mitoyen/protocol';
import { z } from 'zod';

export const instanceConfig = z
  .strictObject({
    base_url: z
      .url({ protocol: /^https?$/, error: 'is not an address like https://social.example.org' })
      .transform((url) => url.replace(/\/+$/, ''))
      .refine((url) => new URL(url).pathname === '/', 'must have no path')
      .default('http://localhost:3000')
      .describe('The public address. It is part of every id: once started it can never change.'),
    account_domain: z
      .string()
      .transform((text, context) => {
        const host = text === '' ? '' : normaliseHost(text);
        if (host !== null) return host;
        context.addIssue({ code: 'custom', message: 'is not a host name like example.org' });
        return z.NEVER;
      })
      .default('')
      .describe(
        'What people are called after the @, where that is another domain than the one of base_url; it must forward /.well-known/webfinger. Once started it can never change. Empty: the host of base_url.',
      ),
    name: z.string().min(1).max(100).default('Mitoyen').describe('Shown at the top of every page.'),
    description: z
      .string()
      .max(2000)
      .default('')
      .describe('One or two sentences about the organization.'),
    rules: z
      .array(z.string().min(1).max(1000))
      .max(50)
      .default([])
      .describe('What members are asked to keep to, one sentence each.'),
    languages: z
      .array(z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/))
      .min(1)
      .default(['en'])
      .describe('Main languages, most used first (BCP 47).'),
    contact_email: z
      .string()
      .max(254)
      .default('')
      .describe('Whom to ask; shown on the instance page.'),
  })
  .prefault({});

export const registrationConfig = z
  .strictObject({
    mode: z
      .enum(['closed', 'invite', 'approval', 'open'])
      .default('invite')
      .describe('Who may make an account.'),
  })
  .prefault({});

export const profilesConfig = z
  .strictObject({
    org_chart: z
      .enum(['people', 'admins'])
      .default('people')
      .describe('Who says whom somebody reports to: people themselves, or admins alone.'),
  })
  .prefault({});

export const trendsConfig = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe(
        'Rank hashtags and public posts of the last three days for members. Off: nothing is ranked.',
      ),
  })
  .prefault({});
