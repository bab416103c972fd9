/**
 * A text for a container's `command`, `args` or `env` that reaches the process as it is: Kubernetes replaces `$(NAME)`
 * in those, and takes `$$` for one dollar.
 */
export const keepDollars = (text: string): string => text.replaceAll(/\$(?=[$(])/gu, '$$$$');
