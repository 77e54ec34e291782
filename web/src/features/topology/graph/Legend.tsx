import { useTranslation } from "react-i18next";
import { SIGNS, useSignColours } from "./Dots";
import { isFar, useDistance } from "./distance";
import classes from "./graph.module.css";

const SHAPES = {
  generates: "M1 7a6 6 0 1 0 12 0a6 6 0 1 0 -12 0z",
  stores: "M2 2h10v10h-10z",
  warms: "M1 13l6 -11l6 11z",
};

/** What the signs in houses mean that are drawn from far away. */
export function Legend() {
  const { t } = useTranslation("topology");
  const colours = useSignColours();
  if (!isFar(useDistance())) return null;
  return (
    <div className={classes.legend}>
      {SIGNS.map((sign) => (
        <span key={sign} className={classes.entry}>
          <svg width={14} height={14} aria-hidden="true">
            <path d={SHAPES[sign]} fill={colours[sign]} />
          </svg>
          {t(`graph.${sign}`)}
        </span>
      ))}
    </div>
  );
}
