import { ActionIcon, Box, Group, Skeleton, Table, Text, Tooltip, VisuallyHidden } from "@mantine/core";
import { IconChartLine, IconPhotoDown, IconTable } from "@tabler/icons-react";
import type { ECharts, EChartsCoreOption } from "echarts/core";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { usePalette } from "./palette";

export interface ChartTable {
  columns: string[];
  /** At most some hundreds of rows: what a person would read. */
  rows: (string | number)[][];
}

export interface ChartProps {
  /** What is shown, in a sentence; read out in place of the picture, and the name of the saved picture. */
  label: string;
  /** Shown above the chart; the label stays for screen readers. */
  title?: ReactNode;
  option: EChartsCoreOption | null;
  height?: number | string;
  /** The same values to read; offered by a switch. */
  table?: () => ChartTable;
  /** ECharts' events: `{datazoom: …}`. */
  on?: Record<string, (event: unknown, chart: ECharts) => void>;
  onReady?: (chart: ECharts) => void;
  actions?: ReactNode;
}

/** A chart on canvas with its title, a table in its place on request, and a button that saves it as a picture. */
export function Chart({ label, title, option, height = 320, table, on, onReady, actions }: ChartProps) {
  const { t } = useTranslation();
  const [asTable, setAsTable] = useState(false);
  const [chart, setChart] = useState<ECharts | null>(null);
  const heading = useId();
  const palette = usePalette();
  const savePicture = () => {
    if (chart === null) return;
    const link = document.createElement("a");
    link.href = chart.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: palette.surface });
    link.download = `${label}.png`;
    link.click();
  };
  return (
    <Box component="figure" m={0} aria-labelledby={heading}>
      <Group justify="space-between" wrap="nowrap" mih={32} gap="xs">
        <Text id={heading} component="figcaption" fw={600} size="sm">
          {title ?? label}
        </Text>
        <Group gap={4} wrap="nowrap" className="no-print">
          {actions}
          {table && (
            <Tooltip label={asTable ? t("action.showChart") : t("action.showTable")}>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`${asTable ? t("action.showChart") : t("action.showTable")}: ${label}`}
                aria-pressed={asTable}
                onClick={() => setAsTable(!asTable)}
              >
                {asTable ? <IconChartLine size={18} /> : <IconTable size={18} />}
              </ActionIcon>
            </Tooltip>
          )}
          <Tooltip label={t("action.savePicture")}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`${t("action.savePicture")}: ${label}`}
              onClick={savePicture}
              disabled={chart === null || asTable}
            >
              <IconPhotoDown size={18} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
      {asTable && table ? (
        <TableOf content={table()} label={label} height={height} />
      ) : (
        <Canvas
          label={label}
          option={option}
          height={height}
          on={on}
          onReady={(ready) => {
            setChart(ready);
            onReady?.(ready);
          }}
          onGone={() => setChart(null)}
        />
      )}
    </Box>
  );
}

interface CanvasProps extends Pick<ChartProps, "label" | "option" | "on"> {
  height: number | string;
  onReady: (chart: ECharts) => void;
  onGone: () => void;
}

function Canvas({ label, option, height, on, onReady, onGone }: CanvasProps) {
  const { t } = useTranslation();
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const handlers = useRef(on);
  handlers.current = on;
  const callbacks = useRef({ onReady, onGone });
  callbacks.current = { onReady, onGone };
  const [state, setState] = useState<"loading" | "ready" | "failed">("loading");

  useEffect(() => {
    let gone = false;
    let observer: ResizeObserver | undefined;
    import("./engine").then(
      ({ init }) => {
        if (gone || element.current === null) return;
        const box = element.current;
        let begun = false;
        const begin = () => {
          if (gone) return;
          const made = init(box, null, { renderer: "canvas" });
          chart.current = made;
          for (const name of Object.keys(handlers.current ?? {}))
            made.on(name, (event: unknown) => handlers.current?.[name]?.(event, made));
          setState("ready");
          callbacks.current.onReady(made);
        };
        // What is hidden has no size, and some charts can't be laid out in none: they begin when they are shown.
        observer = new ResizeObserver(([entry]) => {
          if (!entry || entry.contentRect.width === 0 || entry.contentRect.height === 0) return;
          if (begun) chart.current?.resize();
          else afterPaint(begin);
          begun = true;
        });
        observer.observe(box);
      },
      () => setState("failed"),
    );
    return () => {
      gone = true;
      observer?.disconnect();
      chart.current?.dispose();
      chart.current = null;
      callbacks.current.onGone();
    };
  }, []);

  useEffect(() => {
    if (state === "ready" && option !== null) chart.current?.setOption(option, { notMerge: true });
  }, [option, state]);

  if (state === "failed") return <Text c="dimmed">{t("chart.failed")}</Text>;
  return (
    <Box pos="relative" h={height}>
      {(state === "loading" || option === null) && <Skeleton pos="absolute" inset={0} h="100%" />}
      <Box
        ref={element}
        h="100%"
        role="img"
        aria-label={label}
        data-chart={state === "ready" && option !== null ? "ready" : "loading"}
      />
    </Box>
  );
}

/** Lets the page around be painted first, so that what was pressed answers at once; each chart is a task of its own. */
function afterPaint(work: () => void): void {
  requestAnimationFrame(() => setTimeout(work));
}

function TableOf({ content, label, height }: { content: ChartTable; label: string; height: number | string }) {
  return (
    <Box h={height} style={{ overflow: "auto" }} tabIndex={0} role="region" aria-label={label}>
      <Table stickyHeader striped withRowBorders={false} fz="sm">
        <Table.Caption>
          <VisuallyHidden>{label}</VisuallyHidden>
        </Table.Caption>
        <Table.Thead>
          <Table.Tr>
            {content.columns.map((column) => (
              <Table.Th key={column}>{column}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {content.rows.map((row) => (
            <Table.Tr key={String(row[0])}>
              {row.map((cell, index) => (
                <Table.Td key={content.columns[index]} style={{ fontVariantNumeric: "tabular-nums" }}>
                  {cell}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Box>
  );
}
