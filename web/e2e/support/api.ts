/** The public API as a client of the suite, for what a journey prepares or compares with. */
import { suite } from "./suite";

export interface Grid {
  id: number;
  name: string;
}

export interface Run {
  id: number;
  name: string | null;
  status: string;
}

export class Api {
  private constructor(private readonly token: string) {}

  static async signIn(username = suite().username, password = suite().password): Promise<Api> {
    const answer = await send("POST", "/auth/login", { username, password });
    return new Api(((await answer.json()) as { access_token: string }).access_token);
  }

  async get<T>(path: string): Promise<T> {
    return (await (await send("GET", path, undefined, this.token)).json()) as T;
  }

  async post<T>(path: string, body?: object): Promise<T> {
    const answer = await send("POST", path, body, this.token);
    return (answer.status === 204 ? null : await answer.json()) as T;
  }

  async put<T>(path: string, body: object): Promise<T> {
    return (await (await send("PUT", path, body, this.token)).json()) as T;
  }

  /** The community of this name; what earlier journeys made is found by it. */
  async grid(name: string): Promise<Grid> {
    const { items } = await this.get<{ items: Grid[] }>("/grids?limit=100");
    const found = items.find((grid) => grid.name === name);
    if (found === undefined) throw new Error(`There is no community ${name}: the journeys before this one make it.`);
    return found;
  }

  /** The latest run of a community that succeeded; `tag` narrows it down ("example": the example's own year). */
  async lastRun(gridId: number, tag?: string): Promise<Run> {
    const tagged = tag ? `&tag=${tag}` : "";
    const { items } = await this.get<{ items: Run[] }>(`/runs?grid_id=${gridId}&status=succeeded&limit=1${tagged}`);
    if (items[0] === undefined)
      throw new Error("This community has no run yet: the journeys before this one start it.");
    return items[0];
  }
}

async function send(method: string, path: string, body?: object, token?: string): Promise<Response> {
  const headers = new Headers();
  if (body !== undefined) headers.set("Content-Type", "application/json");
  if (token !== undefined) headers.set("Authorization", `Bearer ${token}`);
  const answer = await fetch(`${suite().url}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}
