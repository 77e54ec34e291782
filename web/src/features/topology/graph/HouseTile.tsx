import { IconAlertTriangle } from "@tabler/icons-react";
import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "../document/types";
import { KindIcon, useKindName } from "../kinds";
import { useDistance } from "./distance";
import classes from "./graph.module.css";
import { type HouseNode, isFaulty } from "./nodes";

const MOST_DEVICES = 5;

/** A house with its devices as small buttons. */
export const HouseTile = memo(function HouseTile({ data, selected, dragging }: NodeProps<HouseNode>) {
  const { t } = useTranslation("topology");
  const distance = useDistance();
  const { house, chosenDevice } = data;
  const faulty = isFaulty(house);
  return (
    <div
      className={classes.house}
      data-selected={selected || undefined}
      data-dragging={dragging || undefined}
      data-faulty={faulty || undefined}
      data-house={keyOf("house", house.id)}
    >
      <div className={classes.houseName} data-large={distance === "middle" || undefined}>
        {faulty && <IconAlertTriangle size={14} className={classes.fault} role="img" aria-label={t("fault.some")} />}
        <span>{house.name}</span>
      </div>
      {distance === "near" && <Below house={house} chosenDevice={chosenDevice} />}
    </div>
  );
});

function Below({ house, chosenDevice }: HouseNode["data"]) {
  const kindName = useKindName();
  const shown = house.devices.slice(0, MOST_DEVICES);
  return (
    <div className={classes.below}>
      {shown.map((device) => {
        const key = keyOf("device", device.id);
        return (
          <button
            key={key}
            type="button"
            tabIndex={-1}
            data-key={key}
            data-selected={chosenDevice === key || undefined}
            className={classes.device}
            title={device.name ? `${kindName(device.kind)}: ${device.name}` : kindName(device.kind)}
            aria-label={device.name ? `${kindName(device.kind)}: ${device.name}` : kindName(device.kind)}
          >
            <KindIcon kind="device" device={device.kind} size={15} />
          </button>
        );
      })}
      {house.devices.length > MOST_DEVICES && (
        <span className={classes.rest}>+{house.devices.length - MOST_DEVICES}</span>
      )}
      <span className={classes.flags}>{house.flags.length > 0 ? house.flags.join(", ") : house.house_type}</span>
    </div>
  );
}
