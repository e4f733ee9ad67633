/** How bad the days are, each a probability. */
export interface Weather {
  readonly lost: number;
  readonly fails: number;
  readonly rejects: number;
  readonly accepted: number;
  readonly crash: number;
  readonly freeze: number;
  readonly verb: number;
  /** Requests of every kind at any moment, some of them two at once; and operations that need approval, or have a window. */
  readonly everyVerb: number;
  readonly rejectFinding: number;
  /** Of each action: nobody but a person can see it, or do it. */
  readonly byHand: number;
  /** That the saga ends with deletions that cannot be taken back. */
  readonly irreversible: number;
}

export const fairWeather: Weather = {
  lost: 0,
  fails: 0,
  rejects: 0,
  accepted: 0,
  crash: 0,
  freeze: 0,
  verb: 0,
  everyVerb: 0,
  rejectFinding: 0,
  byHand: 0,
  irreversible: 0,
};

/** No more trouble: what is left is how the saga was made and what is asked of it. */
export const calmed = (weather: Weather): Weather => ({
  ...weather,
  lost: 0,
  fails: 0,
  rejects: 0,
  accepted: 0,
  crash: 0,
  freeze: 0,
});
