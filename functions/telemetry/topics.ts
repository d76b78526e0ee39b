const telemetryTopic = /^(?:\$aws\/rules\/[^/]+\/)?devices\/telemetry\/([^/]+)$/;

/** The device that a telemetry topic belongs to, in its plain and in its Basic Ingest form. */
export const deviceIdOf = (topic: string): string | undefined => telemetryTopic.exec(topic)?.[1];
