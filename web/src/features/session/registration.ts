import { z } from "zod";
import { type PasswordFault, passwordFault } from "@/shared/session/password";

export interface Registration {
  username: string;
  displayName: string;
  email: string;
  password: string;
}

type Fault = "username" | "email";

/** The gateway's rules of a new account; `say` finds the words for what is broken. */
export function registrationSchema(say: {
  field: (fault: Fault) => string;
  password: (fault: PasswordFault) => string;
}) {
  return z
    .object({
      username: z
        .string()
        .trim()
        .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{2,63}$/, say.field("username")),
      displayName: z.string().max(200),
      email: z
        .string()
        .trim()
        .max(254, say.field("email"))
        .regex(/^([^@\s]+@[^@\s]+)?$/, say.field("email")),
      password: z.string(),
    })
    .superRefine(({ username, password }, context) => {
      const fault = passwordFault(password, username);
      if (fault !== null) context.addIssue({ code: "custom", path: ["password"], message: say.password(fault) });
    });
}

/** The body of the request: what was left empty is left out. */
export function accountOf(values: Registration) {
  return {
    username: values.username.trim(),
    password: values.password,
    ...(values.email.trim() && { email: values.email.trim() }),
    ...(values.displayName.trim() && { display_name: values.displayName.trim() }),
  };
}
