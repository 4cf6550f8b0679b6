/** The poll of a post: types and pure rules. */
import type { FieldProblem } from '../../platform/app-error.ts';

export type Poll = {
  options: string[];
  /** Votes for each option, and people who voted: of remote polls as their origin tells. */
  counts: number[];
  voters: number;
  multiple: boolean;
  /** Counts are shown when it is over. */
  hideTotals: boolean;
  endsAt?: number;
  /** Its end was told, or the origin closed it. */
  closedAt?: number;
};

export type NewPoll = {
  options: string[];
  expiresInSeconds: number;
  multiple: boolean;
  hideTotals: boolean;
};

export type PollLimits = {
  poll_options: number;
  poll_option_characters: number;
  poll_min_seconds: number;
  poll_max_seconds: number;
};

/** Every problem of a poll that somebody wants to make. */
export function pollProblems(poll: NewPoll, limits: PollLimits): FieldProblem[] {
  const { options, expiresInSeconds: seconds } = poll;
  const problem = (field: string, code: string, message: string) => [{ field, code, message }];
  return [
    ...(options.length < 2 ? problem('poll.options', 'ERR_TOO_FEW', 'must be two at least') : []),
    ...(options.length > limits.poll_options
      ? problem('poll.options', 'ERR_TOO_MANY', `must be ${limits.poll_options} at most`)
      : []),
    ...(options.some((option) => option === '')
      ? problem('poll.options', 'ERR_BLANK', "can't be blank")
      : []),
    ...(options.some((option) => [...option].length > limits.poll_option_characters)
      ? problem(
          'poll.options',
          'ERR_TOO_LONG',
          `must be ${limits.poll_option_characters} characters at most`,
        )
      : []),
    ...(new Set(options).size < options.length
      ? problem('poll.options', 'ERR_TAKEN', 'must differ from each other')
      : []),
    ...(seconds < limits.poll_min_seconds || seconds > limits.poll_max_seconds
      ? problem(
          'poll.expires_in',
          'ERR_INVALID',
          `must be between ${limits.poll_min_seconds} and ${limits.poll_max_seconds} seconds`,
        )
      : []),
  ];
}

export function makePoll(poll: NewPoll, now: number): Poll {
  const { options, multiple, hideTotals } = poll;
  return {
    options,
    counts: options.map(() => 0),
    voters: 0,
    multiple,
    hideTotals,
    endsAt: now + poll.expiresInSeconds * 1000,
  };
}

export function isOver(poll: Poll, now: number): boolean {
  return poll.closedAt !== undefined || (poll.endsAt !== undefined && poll.endsAt <= now);
}

/** Whether votes for one are votes for the other. */
export function isSamePoll(one: Poll | undefined, other: Poll | undefined): boolean {
  const asked = (poll: Poll | undefined) =>
    poll ? JSON.stringify([poll.options, poll.multiple]) : null;
  return asked(one) === asked(other);
}

/** Why these choices cannot be given; null where they can. */
export function choiceProblem(poll: Poll, choices: number[]): string | null {
  if (choices.length === 0) return "can't be blank";
  if (choices.length > 1 && !poll.multiple) return 'must be one: this poll takes one answer';
  return choices.every((choice) => poll.options[choice] !== undefined)
    ? null
    : `must be between 0 and ${poll.options.length - 1}`;
}
