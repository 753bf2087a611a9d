/** Adds the working directory's `.env` to the environment, where there is one; what is set already stays. */
export function loadDotEnv(): void {
  try {
    process.loadEnvFile();
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!missing) throw error;
  }
}
