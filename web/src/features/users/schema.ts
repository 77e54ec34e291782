import { z } from "zod";
import { type PasswordFault, passwordFault } from "@/shared/session/password";
import type { Role } from "./queries";

export interface NewUserValues {
  username: string;
  displayName: string;
  email: string;
  role: Role;
  password: string;
}

interface Words {
  field: (fault: "username" | "email") => string;
  password: (fault: PasswordFault) => string;
}

/** The gateway's rules of users; `words` finds what is said about what is broken. */
export function newUserSchema(words: Words) {
  return z
    .object({
      username: z
        .string()
        .trim()
        .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{2,63}$/, words.field("username")),
      displayName: z.string().max(200),
      email: emailSchema(words.field("email")),
      password: z.string(),
    })
    .superRefine(({ username, password }, context) => {
      const fault = passwordFault(password, username);
      if (fault !== null) context.addIssue({ code: "custom", path: ["password"], message: words.password(fault) });
    });
}

export function detailsSchema(words: Pick<Words, "field">) {
  return z.object({ displayName: z.string().max(200), email: emailSchema(words.field("email")) });
}

function emailSchema(fault: string) {
  return z
    .string()
    .trim()
    .max(254, fault)
    .regex(/^([^@\s]+@[^@\s]+)?$/, fault);
}

export function bodyOf(values: NewUserValues) {
  return {
    username: values.username.trim(),
    role: values.role,
    password: values.password,
    email: values.email.trim() || null,
    display_name: values.displayName.trim() || null,
  };
}
