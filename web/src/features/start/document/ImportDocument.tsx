import { Alert, Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, dataOf, type Schemas } from "@/shared/api/client";
import { ApiProblem } from "@/shared/api/problems";
import { notifyDone } from "@/shared/ui/notify";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { Surface } from "@/shared/ui/Surface";
import { useKeyFor } from "../keyFor";
import { GRIDS } from "../queries";
import { Contents } from "./Contents";
import { DropArea } from "./DropArea";
import { Findings } from "./Findings";
import { type DocumentLike, readDocument } from "./read";

/** A community as one JSON document: look at what is in it, then store it, or see every finding by its place. */
export function ImportDocument() {
  const { t } = useTranslation(["start", "common"]);
  const navigate = useNavigate();
  const client = useQueryClient();
  const [text, setText] = useState("");
  const keyFor = useKeyFor();
  const reading = useMemo(() => (text.trim() === "" ? null : readDocument(text)), [text]);
  const store = useMutation({
    mutationFn: (document: DocumentLike) =>
      dataOf(
        api.POST("/api/v1/grids/import", {
          body: document as unknown as Schemas["Document"],
          params: { header: { "Idempotency-Key": keyFor(document) } },
        }),
      ),
    onSuccess: async (stored) => {
      await client.invalidateQueries({ queryKey: GRIDS });
      notifyDone(t("document.stored", { name: stored.name }));
      await navigate({ to: "/communities/$gridId", params: { gridId: Number(stored.id) } });
    },
  });
  const take = (next: string) => {
    setText(next);
    store.reset();
  };
  const findings = store.error instanceof ApiProblem ? (store.error.body.errors ?? []) : [];
  return (
    <Stack gap="lg">
      <Surface p="lg">
        <Stack>
          <DropArea onFile={(file) => void file.text().then(take)} />
          <Textarea
            label={t("document.paste")}
            description={t("document.pasteHelp")}
            placeholder={'{"format": "hygge-community/1", "name": …}'}
            value={text}
            onChange={(event) => take(event.currentTarget.value)}
            rows={text === "" ? 4 : 10}
            spellCheck={false}
            styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 13 } }}
          />
        </Stack>
      </Surface>
      {reading && "fault" in reading && (
        <Alert color="red" role="alert" title={t(`document.fault.${reading.fault}`)}>
          {reading.fault === "notCommunity"
            ? t("document.notCommunityHelp")
            : reading.line === null
              ? t("document.syntaxHelp")
              : t("document.syntaxAt", { line: reading.line, column: reading.column })}
        </Alert>
      )}
      {reading && "preview" in reading && (
        <Surface p="lg">
          <Stack>
            <Contents preview={reading.preview} />
            {findings.length > 0 ? (
              <Findings document={reading.document} findings={findings} />
            ) : (
              store.error && <ProblemNotice problem={store.error} />
            )}
            <Group>
              <Button loading={store.isPending} onClick={() => store.mutate(reading.document)}>
                {t("document.store")}
              </Button>
              <Button variant="default" onClick={() => take("")}>
                {t("common:action.reset")}
              </Button>
              <Text size="sm" c="dimmed">
                {t("document.allOrNothing")}
              </Text>
            </Group>
          </Stack>
        </Surface>
      )}
    </Stack>
  );
}
