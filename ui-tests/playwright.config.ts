import { defineConfig } from '@playwright/test';
import { join } from 'path';

const root = process.getuid?.() === 0;

export default defineConfig({
  testDir: join(__dirname, 'tests'),
  outputDir: join(__dirname, 'test-results'),
  // two cores: one server and two pages at a time
  workers: 1,
  fullyParallel: false,
  forbidOnly: !!process.env.CI,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    viewport: { width: 1440, height: 900 },
    actionTimeout: 15_000,
    // recording needs the ffmpeg that only `playwright install` brings
    video: 'off',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: [...(root ? ['--no-sandbox'] : []), '--disable-dev-shm-usage']
    }
  }
});
