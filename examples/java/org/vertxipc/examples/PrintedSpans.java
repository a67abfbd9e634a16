package org.vertxipc.examples;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.ExceptionEventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.vertx.core.json.JsonObject;
import java.util.Collection;

/**
 * Prints each span as one line of JSON, in the place of an exporter that sends it to a collector.
 */
final class PrintedSpans implements SpanExporter {
  private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("service.name");
  private static final AttributeKey<String> ADDRESS =
      AttributeKey.stringKey("messaging.destination.name");

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    spans.forEach(span -> System.out.println(json(span).encode()));
    return CompletableResultCode.ofSuccess();
  }

  private static JsonObject json(SpanData span) {
    JsonObject json =
        new JsonObject()
            .put("trace", span.getTraceId())
            .put("span", span.getSpanId())
            .put("parent", span.getParentSpanContext().isValid() ? span.getParentSpanId() : null)
            .put("service", span.getResource().getAttribute(SERVICE))
            .put("kind", span.getKind().name())
            .put("name", span.getName());
    String address = span.getAttributes().get(ADDRESS);
    if (address != null) {
      json.put("address", address);
    }
    // A failure is an event of its span.
    span.getEvents().stream()
        .filter(ExceptionEventData.class::isInstance)
        .forEach(e -> json.put("failure", ((ExceptionEventData) e).getException().getMessage()));
    return json;
  }

  @Override
  public CompletableResultCode flush() {
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public CompletableResultCode shutdown() {
    return CompletableResultCode.ofSuccess();
  }
}
