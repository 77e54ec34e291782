import {
  type Announcements,
  closestCenter,
  DndContext,
  type DragEndEvent,
  KeyboardSensor,
  PointerSensor,
  type UniqueIdentifier,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import { SortableContext, sortableKeyboardCoordinates, verticalListSortingStrategy } from "@dnd-kit/sortable";
import { useTranslation } from "react-i18next";
import classes from "./priorities.module.css";
import { type Choice, RankRow } from "./RankRow";
import { moved, type Rank, takenElsewhere } from "./ranks";

interface Props {
  ranks: Rank[];
  flags: Choice[];
  houses: Choice[];
  readOnly: boolean;
  onChange: (ranks: Rank[]) => void;
}

/** The ranks in their order, moved by the mouse, by touch, by the keyboard, or by buttons. */
export function RankList({ ranks, flags, houses, readOnly, onChange }: Props) {
  const { t } = useTranslation("topology");
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const placeOf = (id: UniqueIdentifier | undefined) => ranks.findIndex((rank) => rank.id === id) + 1;
  const announcements: Announcements = {
    onDragStart: ({ active }) => t("priorities.live.start", { rank: placeOf(active.id) }),
    onDragOver: ({ active, over }) =>
      over ? t("priorities.live.over", { rank: placeOf(active.id), place: placeOf(over.id) }) : undefined,
    onDragEnd: ({ active, over }) =>
      t("priorities.live.end", { rank: placeOf(active.id), place: placeOf(over?.id ?? active.id) }),
    onDragCancel: ({ active }) => t("priorities.live.cancel", { rank: placeOf(active.id) }),
  };
  const drop = ({ active, over }: DragEndEvent) => {
    if (over && over.id !== active.id) onChange(moved(ranks, placeOf(active.id) - 1, placeOf(over.id) - 1));
  };
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={closestCenter}
      onDragEnd={drop}
      accessibility={{
        announcements,
        screenReaderInstructions: { draggable: t("priorities.instructions") },
      }}
    >
      <SortableContext items={ranks} strategy={verticalListSortingStrategy}>
        <ol className={classes.ranks}>
          {ranks.map((rank, at) => (
            <RankRow
              key={rank.id}
              rank={rank}
              number={at + 1}
              last={ranks.length}
              flags={flags}
              houses={houses}
              taken={takenElsewhere(ranks, rank.id)}
              readOnly={readOnly}
              onChange={(next) => onChange(ranks.map((other) => (other.id === next.id ? next : other)))}
              onMove={(to) => onChange(moved(ranks, at, to))}
              onRemove={() => onChange(ranks.filter((other) => other.id !== rank.id))}
            />
          ))}
          <li className={classes.rank} data-others>
            <span className={classes.number} aria-hidden="true">
              {ranks.length + 1}
            </span>
            {t("priorities.others")}
          </li>
        </ol>
      </SortableContext>
    </DndContext>
  );
}
