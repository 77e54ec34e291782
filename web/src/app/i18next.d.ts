import "i18next";
import type profiles from "../features/profiles/locales/en.json";
import type results from "../features/results/locales/en.json";
import type runs from "../features/runs/locales/en.json";
import type session from "../features/session/locales/en.json";
import type start from "../features/start/locales/en.json";
import type topology from "../features/topology/locales/en.json";
import type users from "../features/users/locales/en.json";
import type common from "../shared/i18n/locales/en.json";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: {
      common: typeof common;
      session: typeof session;
      users: typeof users;
      start: typeof start;
      topology: typeof topology;
      profiles: typeof profiles;
      runs: typeof runs;
      results: typeof results;
    };
  }
}
