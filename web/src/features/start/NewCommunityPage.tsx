import { Tabs } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/shared/session/me";
import { Awaited } from "@/shared/ui/Awaited";
import { Empty } from "@/shared/ui/Empty";
import { LinkButton } from "@/shared/ui/LinkButton";
import { Page } from "@/shared/ui/Page";
import { WayCards } from "./ways/WayCards";
import { WAY_ICONS, WAYS, type Way } from "./ways/ways";

const route = getRouteApi("/inside/communities/new");
const PANELS = {
  example: lazy(async () => ({ default: (await import("./examples/Examples")).Examples })),
  import: lazy(async () => ({ default: (await import("./document/ImportDocument")).ImportDocument })),
  build: lazy(async () => ({ default: (await import("./form/BuildForm")).BuildForm })),
};

export function NewCommunityPage() {
  const { t } = useTranslation(["start", "common"]);
  const { way } = route.useSearch();
  const me = useMe();
  return (
    <Page
      title={t("new.title")}
      description={t(way === undefined ? "new.description" : `way.${way}.help`)}
      crumbs={[{ label: t("list.title"), link: { to: "/communities" } }]}
    >
      <Awaited query={me} height={320}>
        {({ role }) =>
          role !== "admin" && role !== "operator" ? (
            <NotYours />
          ) : way === undefined ? (
            <WayCards />
          ) : (
            <OneWay way={way} />
          )
        }
      </Awaited>
    </Page>
  );
}

function OneWay({ way }: { way: Way }) {
  const { t } = useTranslation(["start", "common"]);
  const navigate = route.useNavigate();
  const Panel = PANELS[way];
  return (
    <Tabs
      value={way}
      onChange={(value) => void navigate({ search: { way: WAYS.find((known) => known === value) } })}
      keepMounted={false}
    >
      <Tabs.List mb="lg">
        {WAYS.map((known) => {
          const Icon = WAY_ICONS[known];
          return (
            <Tabs.Tab key={known} value={known} leftSection={<Icon size={18} stroke={1.6} />}>
              {t(`way.${known}.tab`)}
            </Tabs.Tab>
          );
        })}
      </Tabs.List>
      {WAYS.map((known) => (
        <Tabs.Panel key={known} value={known}>
          {known === way && (
            <Suspense>
              <Panel />
            </Suspense>
          )}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

function NotYours() {
  const { t } = useTranslation(["start", "common"]);
  return (
    <Empty
      icon={<IconLock size={28} />}
      title={t("new.notYours")}
      actions={<LinkButton to="/communities">{t("list.title")}</LinkButton>}
    >
      {t("new.notYoursHelp")}
    </Empty>
  );
}
