// lint-staged.config.mjs: the whole of each staged file. `credlint git staged`, in a hook beside
// lint-staged, looks at added lines only and is told of files that lint-staged passes over.
export default { "*": "credlint scan --" };
