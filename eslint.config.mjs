import tsdoc from "eslint-plugin-tsdoc";
import tseslint from "typescript-eslint";
import { noUnboundedSpread } from "./scripts/no-unbounded-spread.mjs";

/** What ranks 0 to 2 may not touch: same input, same output, byte for byte. */
const PURE = [
  "src/util/**/*.ts",
  "src/domain/**/*.ts",
  "src/engine/**/*.ts",
  "src/documents/**/*.ts",
  "src/output/**/*.ts",
  "src/features/usage/code/**/*.ts",
  "src/features/*/{report,text,view,json}.ts",
  "src/ports/**/*.ts",
];

export default tseslint.config(
  {
    ignores: [
      "dist/",
      "coverage/",
      "src/*/generated/",
      "node_modules/",
      "**/*.mjs",
      "**/*.cjs",
    ],
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { tsdoc },
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "tsdoc/syntax": "error",
      "no-console": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/require-array-sort-compare": [
        "error",
        { ignoreStringArrays: true },
      ],
      "@typescript-eslint/return-await": ["error", "in-try-catch"],
      "@typescript-eslint/ban-ts-comment": [
        "error",
        { minimumDescriptionLength: 10 },
      ],
      "@typescript-eslint/no-non-null-assertion": "error",
      complexity: ["error", 15],
      "max-lines": ["error", 400],
      "max-lines-per-function": [
        "error",
        { max: 80, skipComments: true, skipBlankLines: true },
      ],
      "max-params": ["error", 4],
    },
  },
  {
    files: ["src/**/*.ts"],
    plugins: {
      tieline: { rules: { "no-unbounded-spread": noUnboundedSpread } },
    },
    rules: { "tieline/no-unbounded-spread": "error" },
  },
  {
    files: PURE,
    rules: {
      "no-restricted-globals": [
        "error",
        { name: "process", message: "pure folder: take it as an argument" },
        { name: "console", message: "pure folder" },
        { name: "fetch", message: "pure folder" },
        { name: "setTimeout", message: "pure folder: time is a port" },
        { name: "setInterval", message: "pure folder: time is a port" },
      ],
      "no-restricted-properties": [
        "error",
        {
          object: "Date",
          property: "now",
          message: "pure folder: time is an argument",
        },
        {
          object: "Math",
          property: "random",
          message: "pure folder: chance is an argument",
        },
        {
          object: "crypto",
          property: "randomUUID",
          message: "pure folder: identifiers are arguments",
        },
      ],
      "no-restricted-syntax": [
        "error",
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: "pure folder: time is an argument",
        },
      ],
    },
  },
  {
    files: ["src/**/*.ts"],
    ignores: ["src/cli/**"],
    rules: {
      "no-restricted-properties": [
        "error",
        {
          object: "process",
          property: "exit",
          message: "only cli/main ends the process",
        },
      ],
    },
  },
  {
    files: ["test/**/*.ts", "bench/**/*.ts"],
    rules: {
      "max-lines-per-function": "off",
      "max-lines": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/restrict-template-expressions": "off",
      "@typescript-eslint/no-unnecessary-condition": "off",
      "@typescript-eslint/require-await": "off",
    },
  },
);
