import { useSortable } from "@dnd-kit/sortable";
import { CSS } from "@dnd-kit/utilities";
import { ActionIcon, Badge, Box, Group, MultiSelect, Text } from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconGripVertical, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./priorities.module.css";
import { membersOf, type Rank, withMembers } from "./ranks";

export interface Choice {
  value: string;
  label: string;
}

interface Props {
  rank: Rank;
  number: number;
  last: number;
  flags: Choice[];
  houses: Choice[];
  taken: ReadonlySet<string>;
  readOnly: boolean;
  onChange: (rank: Rank) => void;
  onMove: (to: number) => void;
  onRemove: () => void;
}

/** One rank: who is in it, and ways to move it. */
export function RankRow({ rank, number, last, flags, houses, taken, readOnly, onChange, onMove, onRemove }: Props) {
  const { t } = useTranslation("topology");
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = useSortable({
    id: rank.id,
    disabled: readOnly,
  });
  const names = { rank: number };
  const members = membersOf(rank);
  const label = (member: string) => [...flags, ...houses].find((choice) => choice.value === member)?.label ?? member;
  return (
    <li
      ref={setNodeRef}
      className={classes.rank}
      data-dragging={isDragging || undefined}
      style={{ transform: CSS.Translate.toString(transform), transition }}
    >
      {!readOnly && (
        <button
          type="button"
          ref={setActivatorNodeRef}
          className={classes.grip}
          {...attributes}
          {...listeners}
          aria-label={t("priorities.drag", names)}
        >
          <IconGripVertical size={18} aria-hidden />
        </button>
      )}
      <span className={classes.number} aria-hidden="true">
        {number}
      </span>
      <Box flex={1} miw={0}>
        {readOnly ? (
          <Group gap={6} py={6}>
            {members.length === 0 && (
              <Text size="sm" c="dimmed">
                {t("priorities.emptyRank")}
              </Text>
            )}
            {members.map((member) => (
              <Badge key={member} variant="light" color={member.startsWith("flag:") ? "moss" : "gray"} tt="none">
                {label(member)}
              </Badge>
            ))}
          </Group>
        ) : (
          <MultiSelect
            aria-label={t("priorities.members", names)}
            placeholder={members.length === 0 ? t("priorities.choose") : undefined}
            data={[
              { group: t("priorities.flags"), items: flags.filter(({ value }) => !taken.has(value)) },
              { group: t("priorities.houses"), items: houses.filter(({ value }) => !taken.has(value)) },
            ]}
            value={members}
            searchable
            hidePickedOptions
            limit={60}
            variant="unstyled"
            comboboxProps={{ withinPortal: true }}
            onChange={(next) => onChange(withMembers(rank, next))}
          />
        )}
      </Box>
      {!readOnly && (
        <Group gap={2} wrap="nowrap">
          <ActionIcon
            variant="subtle"
            color="gray"
            visibleFrom="xs"
            aria-label={t("priorities.up", names)}
            disabled={number === 1}
            onClick={() => onMove(number - 2)}
          >
            <IconChevronUp size={18} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            visibleFrom="xs"
            aria-label={t("priorities.down", names)}
            disabled={number === last}
            onClick={() => onMove(number)}
          >
            <IconChevronDown size={18} />
          </ActionIcon>
          <ActionIcon variant="subtle" color="gray" aria-label={t("priorities.removeRank", names)} onClick={onRemove}>
            <IconTrash size={18} />
          </ActionIcon>
        </Group>
      )}
    </li>
  );
}
