/** Problem documents (RFC 9457) as the services send them. `status` 0: no answer at all. */
export interface ProblemBody {
  status: number;
  type?: string;
  title?: string;
  detail?: string;
  trace_id?: string;
  errors?: { field?: string; message: string }[];
}

/** What every failed call throws. */
export class ApiProblem extends Error {
  readonly body: ProblemBody;
  /** Seconds after which the service wants to be asked again (Retry-After). */
  readonly retryAfterSeconds: number | null;

  constructor(body: ProblemBody, retryAfterSeconds: number | null = null) {
    super(body.detail ?? body.title ?? `HTTP ${body.status}`);
    this.name = "ApiProblem";
    this.body = body;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get status(): number {
    return this.body.status;
  }

  /** Worth trying again without a change: nobody answered, or a service is down or busy. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502;
  }
}

export async function problemOf(response: Response): Promise<ApiProblem> {
  const seconds = Number(response.headers.get("Retry-After"));
  const retryAfter = Number.isFinite(seconds) && seconds > 0 ? seconds : null;
  try {
    const body = (await response.json()) as Partial<ProblemBody>;
    return new ApiProblem({ ...body, status: response.status }, retryAfter);
  } catch {
    return new ApiProblem({ status: response.status, title: response.statusText }, retryAfter);
  }
}
