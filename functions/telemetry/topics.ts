const telemetryTopic =
  /^(?:\$aws\/rules\/[^/]+\/)?(?:gateways\/(?<gatewayId>[^/]+)\/)?devices\/telemetry\/(?<deviceId>[^/]+)$/;

/** The device that a telemetry topic belongs to, and the gateway that published for it; in the plain and the Basic Ingest form. */
export function sourceOf(topic: string): { readonly deviceId: string; readonly gatewayId?: string } | undefined {
  const { deviceId, gatewayId } = telemetryTopic.exec(topic)?.groups ?? {};
  return deviceId === undefined ? undefined : { deviceId, ...(gatewayId !== undefined && { gatewayId }) };
}
