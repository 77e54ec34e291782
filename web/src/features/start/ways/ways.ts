import { IconFileImport, IconForms, IconSparkles } from "@tabler/icons-react";

/** The ways in which a community begins. */
export const WAYS = ["example", "import", "build"] as const;
export type Way = (typeof WAYS)[number];

export const WAY_ICONS = { example: IconSparkles, import: IconFileImport, build: IconForms } as const;
