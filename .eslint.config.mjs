// What ESLint checks in all JavaScript: mistakes, one indentation, and short functions where visitors run them. Types are tsc's.
import js from '@eslint/js';
import stylistic from '@stylistic/eslint-plugin';
import globals from 'globals';

/** Where code runs says which globals it may use. Tests run in Node and send functions into the browser. */
const IN_NODE = ['.eslint.config.mjs', 'tests/**', 'web/site/**'];
const IN_BROWSER = ['web/**/*.js', 'wasm/**/*.js', 'tests/**'];
const LONGEST_FUNCTION = 50; // lines

export default [
    { ignores: ['build/', 'node_modules/'] },
    { linterOptions: { reportUnusedDisableDirectives: 'error' } },
    js.configs.recommended,
    { files: IN_NODE, languageOptions: { globals: globals.node } },
    { files: IN_BROWSER, languageOptions: { globals: { ...globals.browser, ...globals.serviceworker } } },
    { files: ['web/**/service-worker.js'], languageOptions: { globals: { site: 'readonly' } } }, // the build writes it
    {
        plugins: { '@stylistic': stylistic },
        rules: {
            eqeqeq: ['error', 'always', { null: 'ignore' }], // == null: null or undefined
            'no-control-regex': 'off', // a terminal's escapes are tested
            'no-else-return': 'error',
            'no-throw-literal': 'error',
            'no-unneeded-ternary': 'error',
            'no-unused-vars': ['error', { ignoreRestSiblings: true }],
            'no-useless-return': 'error',
            'no-var': 'error',
            'object-shorthand': 'error',
            'prefer-const': 'error',
            '@stylistic/indent': ['error', 4, { SwitchCase: 1 }],
            '@stylistic/semi': 'error',
            '@stylistic/quotes': ['error', 'single', { avoidEscape: true, allowTemplateLiterals: 'always' }],
            '@stylistic/no-tabs': 'error',
            '@stylistic/no-trailing-spaces': 'error',
            '@stylistic/eol-last': 'error',
            '@stylistic/no-multiple-empty-lines': ['error', { max: 1 }],
            '@stylistic/arrow-parens': 'error',
            '@stylistic/object-curly-spacing': ['error', 'always'],
            '@stylistic/comma-spacing': 'error',
            '@stylistic/keyword-spacing': 'error',
            '@stylistic/space-before-blocks': 'error',
            '@stylistic/space-infix-ops': 'error',
            '@stylistic/brace-style': ['error', '1tbs', { allowSingleLine: true }],
        },
    },
    { files: ['web/**', 'wasm/**'], rules: { 'max-lines-per-function': ['error', LONGEST_FUNCTION] } },
];
