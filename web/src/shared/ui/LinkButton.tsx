import { Anchor, type AnchorProps, Button, type ButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import { forwardRef } from "react";

/** A button that is a link of the app (typed `to`, `params`, `search`). */
export const LinkButton = createLink(
  forwardRef<HTMLAnchorElement, ButtonProps>(function LinkButton(props, ref) {
    return <Button ref={ref} component="a" {...props} />;
  }),
);

/** A link of the app in running text. */
export const TextLink = createLink(
  forwardRef<HTMLAnchorElement, AnchorProps>(function TextLink(props, ref) {
    return <Anchor ref={ref} {...props} />;
  }),
);
