/** Every address of the app, and the page that it shows. Pages are loaded when they are first gone to. */
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  lazyRouteComponent,
  notFound,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { assignmentsSearch, buildSearch, profileSearch, profilesSearch } from "@/features/profiles/search";
import {
  compareSearch,
  daySearch,
  heatmapSearch,
  houseSearch,
  housesSearch,
  tradesSearch,
  transformersSearch,
} from "@/features/results/search";
import { newRunSearch, newSweepSearch, runsSearch, sweepSearch, sweepsSearch } from "@/features/runs/search";
import { newCommunitySearch } from "@/features/start/search";
import { topologySearch } from "@/features/topology/search";
import { auditSearch, usersSearch } from "@/features/users/search";
import { search } from "@/shared/routing/search";
import { resume, useSession } from "@/shared/session/session";
import { failure } from "@/shared/session/ways";
import { Shell } from "./Shell";

const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Outlet });

/** A path parameter that is an id: a positive whole number; anything else is a page that does not exist. */
function numbers<Name extends string>(name: Name) {
  type Raw = { [key in Name]: string };
  type Parsed = { [key in Name]: number };
  return {
    parse: (raw: Raw): Parsed => {
      const value = Number(raw[name]);
      if (!Number.isSafeInteger(value) || value < 1) throw notFound();
      return { [name]: value } as Parsed;
    },
    stringify: (parsed: Parsed): Raw => ({ [name]: String(parsed[name]) }) as Raw,
  };
}

/** Only a path of this app: an address of another site must not be gone to after signing in. */
const ownPath = (value: unknown) => (typeof value === "string" && /^\/(?!\/|\\)/.test(value) ? value : undefined);
const signInSearch = search({ next: ownPath, failed: failure });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: signInSearch,
  component: lazyRouteComponent(() => import("@/features/session/SignInPage"), "SignInPage"),
});
const register = createRoute({
  getParentRoute: () => root,
  path: "/register",
  component: lazyRouteComponent(() => import("@/features/session/RegisterPage"), "RegisterPage"),
});

/** Everything else needs somebody who is signed in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  beforeLoad: async ({ location }) => {
    if (useSession.getState().status === "unknown") await resume();
    if (useSession.getState().status !== "signed-in")
      throw redirect({ to: "/sign-in", search: { next: location.href === "/" ? undefined : location.href } });
  },
  component: Shell,
});
const home = createRoute({
  getParentRoute: () => inside,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/communities" });
  },
});

const account = createRoute({
  getParentRoute: () => inside,
  path: "/account",
  component: lazyRouteComponent(() => import("@/features/session/AccountPage"), "AccountPage"),
});
const users = createRoute({
  getParentRoute: () => inside,
  path: "/users",
  validateSearch: usersSearch,
  component: lazyRouteComponent(() => import("@/features/users/UsersPage"), "UsersPage"),
});
const audit = createRoute({
  getParentRoute: () => inside,
  path: "/audit",
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import("@/features/users/AuditPage"), "AuditPage"),
});

const communities = createRoute({
  getParentRoute: () => inside,
  path: "/communities",
  component: lazyRouteComponent(() => import("@/features/start/CommunitiesPage"), "CommunitiesPage"),
});
const newCommunity = createRoute({
  getParentRoute: () => inside,
  path: "/communities/new",
  validateSearch: newCommunitySearch,
  component: lazyRouteComponent(() => import("@/features/start/NewCommunityPage"), "NewCommunityPage"),
});
const community = createRoute({
  getParentRoute: () => inside,
  path: "/communities/$gridId",
  params: numbers("gridId"),
});
const communityHome = createRoute({
  getParentRoute: () => community,
  path: "/",
  component: lazyRouteComponent(() => import("@/features/start/CommunityPage"), "CommunityPage"),
});
const topology = createRoute({
  getParentRoute: () => community,
  path: "/topology",
  validateSearch: topologySearch,
  component: lazyRouteComponent(() => import("@/features/topology/TopologyPage"), "TopologyPage"),
});
const priorities = createRoute({
  getParentRoute: () => community,
  path: "/priorities",
  component: lazyRouteComponent(() => import("@/features/topology/PrioritiesPage"), "PrioritiesPage"),
});
const assignments = createRoute({
  getParentRoute: () => community,
  path: "/assignments",
  validateSearch: assignmentsSearch,
  component: lazyRouteComponent(() => import("@/features/profiles/AssignmentsPage"), "AssignmentsPage"),
});

const profiles = createRoute({
  getParentRoute: () => inside,
  path: "/profiles",
  validateSearch: profilesSearch,
  component: lazyRouteComponent(() => import("@/features/profiles/ProfilesPage"), "ProfilesPage"),
});
const importProfiles = createRoute({
  getParentRoute: () => inside,
  path: "/profiles/import",
  component: lazyRouteComponent(() => import("@/features/profiles/ImportPage"), "ImportPage"),
});
const buildProfile = createRoute({
  getParentRoute: () => inside,
  path: "/profiles/build",
  validateSearch: buildSearch,
  component: lazyRouteComponent(() => import("@/features/profiles/BuildPage"), "BuildPage"),
});
const profile = createRoute({
  getParentRoute: () => inside,
  path: "/profiles/$profileId",
  params: numbers("profileId"),
  validateSearch: profileSearch,
  component: lazyRouteComponent(() => import("@/features/profiles/ProfilePage"), "ProfilePage"),
});

const runs = createRoute({
  getParentRoute: () => inside,
  path: "/runs",
  validateSearch: runsSearch,
  component: lazyRouteComponent(() => import("@/features/runs/RunsPage"), "RunsPage"),
});
const newRun = createRoute({
  getParentRoute: () => inside,
  path: "/runs/new",
  validateSearch: newRunSearch,
  component: lazyRouteComponent(() => import("@/features/runs/NewRunPage"), "NewRunPage"),
});
/** A run: its state and header; the results below it once it has succeeded. */
const run = createRoute({
  getParentRoute: () => inside,
  path: "/runs/$runId",
  params: numbers("runId"),
  component: lazyRouteComponent(() => import("@/features/runs/RunLayout"), "RunLayout"),
});
const overview = createRoute({
  getParentRoute: () => run,
  path: "/",
  component: lazyRouteComponent(() => import("@/features/results/overview/OverviewPage"), "OverviewPage"),
});
const day = createRoute({
  getParentRoute: () => run,
  path: "/day",
  validateSearch: daySearch,
  component: lazyRouteComponent(() => import("@/features/results/day/DayPage"), "DayPage"),
});
const heatmaps = createRoute({
  getParentRoute: () => run,
  path: "/heatmaps",
  validateSearch: heatmapSearch,
  component: lazyRouteComponent(() => import("@/features/results/heatmaps/HeatmapsPage"), "HeatmapsPage"),
});
const transformers = createRoute({
  getParentRoute: () => run,
  path: "/transformers",
  validateSearch: transformersSearch,
  component: lazyRouteComponent(() => import("@/features/results/transformers/TransformersPage"), "TransformersPage"),
});
const houses = createRoute({
  getParentRoute: () => run,
  path: "/houses",
  validateSearch: housesSearch,
  component: lazyRouteComponent(() => import("@/features/results/houses/HousesPage"), "HousesPage"),
});
const house = createRoute({
  getParentRoute: () => run,
  path: "/houses/$houseId",
  params: numbers("houseId"),
  validateSearch: houseSearch,
  component: lazyRouteComponent(() => import("@/features/results/houses/HousePage"), "HousePage"),
});
const trades = createRoute({
  getParentRoute: () => run,
  path: "/trades",
  validateSearch: tradesSearch,
  component: lazyRouteComponent(() => import("@/features/results/trades/TradesPage"), "TradesPage"),
});
const report = createRoute({
  getParentRoute: () => run,
  path: "/report",
  component: lazyRouteComponent(() => import("@/features/results/report/ReportPage"), "ReportPage"),
});
const details = createRoute({
  getParentRoute: () => run,
  path: "/details",
  component: lazyRouteComponent(() => import("@/features/runs/RunDetailsPage"), "RunDetailsPage"),
});

const sweeps = createRoute({
  getParentRoute: () => inside,
  path: "/sweeps",
  validateSearch: sweepsSearch,
  component: lazyRouteComponent(() => import("@/features/runs/sweeps/SweepsPage"), "SweepsPage"),
});
const newSweep = createRoute({
  getParentRoute: () => inside,
  path: "/sweeps/new",
  validateSearch: newSweepSearch,
  component: lazyRouteComponent(() => import("@/features/runs/sweeps/NewSweepPage"), "NewSweepPage"),
});
const sweep = createRoute({
  getParentRoute: () => inside,
  path: "/sweeps/$sweepId",
  params: numbers("sweepId"),
  validateSearch: sweepSearch,
  component: lazyRouteComponent(() => import("@/features/runs/sweeps/SweepPage"), "SweepPage"),
});
const compare = createRoute({
  getParentRoute: () => inside,
  path: "/compare",
  validateSearch: compareSearch,
  component: lazyRouteComponent(() => import("@/features/results/compare/ComparePage"), "ComparePage"),
});

export const routeTree = root.addChildren([
  signIn,
  register,
  inside.addChildren([
    home,
    account,
    users,
    audit,
    communities,
    newCommunity,
    community.addChildren([communityHome, topology, priorities, assignments]),
    profiles,
    importProfiles,
    buildProfile,
    profile,
    runs,
    newRun,
    run.addChildren([overview, day, heatmaps, transformers, houses, house, trades, report, details]),
    sweeps,
    newSweep,
    sweep,
    compare,
  ]),
]);
