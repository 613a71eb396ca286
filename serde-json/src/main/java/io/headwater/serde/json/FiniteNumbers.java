package io.headwater.serde.json;

import com.fasterxml.jackson.core.JsonGenerationException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.ArrayType;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps NaN and the infinities out. JSON has no such numbers; Jackson writes them as text, takes
 * that text for a number again whatever its settings, and makes an infinity of a number too large.
 */
final class FiniteNumbers {
  private FiniteNumbers() {}

  /** Makes a mapper refuse to read a double or float that is not finite, alone or in an array. */
  static Module module() {
    return new SimpleModule("finite-numbers").setDeserializerModifier(new Reading());
  }

  /** A generator that refuses to write such a number, whatever the mapper. */
  static JsonGenerator check(JsonGenerator generator) {
    return new Writing(generator);
  }

  private static boolean isFinite(@Nullable Object value) {
    if (value instanceof Double number) {
      return Double.isFinite(number);
    }
    if (value instanceof Float number) {
      return Float.isFinite(number);
    }
    if (value instanceof double[] numbers) {
      for (double number : numbers) {
        if (!Double.isFinite(number)) {
          return false;
        }
      }
    }
    if (value instanceof float[] numbers) {
      for (float number : numbers) {
        if (!Float.isFinite(number)) {
          return false;
        }
      }
    }
    return true;
  }

  private static final class Reading extends BeanDeserializerModifier {
    private static final long serialVersionUID = 1L;

    @Override
    public JsonDeserializer<?> modifyDeserializer(
        DeserializationConfig config, BeanDescription bean, JsonDeserializer<?> deserializer) {
      return isFloating(bean.getBeanClass()) ? new Checked(deserializer) : deserializer;
    }

    @Override
    public JsonDeserializer<?> modifyArrayDeserializer(
        DeserializationConfig config,
        ArrayType type,
        BeanDescription bean,
        JsonDeserializer<?> deserializer) {
      JavaType element = type.getContentType();
      return element.isPrimitive() && isFloating(element.getRawClass())
          ? new Checked(deserializer)
          : deserializer;
    }

    private static boolean isFloating(Class<?> type) {
      return type == double.class
          || type == Double.class
          || type == float.class
          || type == Float.class;
    }
  }

  private static final class Checked extends DelegatingDeserializer {
    private static final long serialVersionUID = 1L;

    Checked(JsonDeserializer<?> deserializer) {
      super(deserializer);
    }

    @Override
    protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> deserializer) {
      return new Checked(deserializer);
    }

    @Override
    public Object deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      Object value = super.deserialize(parser, context);
      if (!isFinite(value)) {
        context.reportInputMismatch(this, "not a finite number that a %s holds", name());
      }
      return value;
    }

    private String name() {
      return handledType().getSimpleName();
    }
  }

  private static final class Writing extends JsonGeneratorDelegate {
    Writing(JsonGenerator generator) {
      super(generator, false);
    }

    @Override
    public void writeNumber(double value) throws IOException {
      check(value, Double.isFinite(value));
      super.writeNumber(value);
    }

    @Override
    public void writeNumber(float value) throws IOException {
      check(value, Float.isFinite(value));
      super.writeNumber(value);
    }

    @Override
    public void writeArray(double[] values, int offset, int length) throws IOException {
      for (int i = offset; i < offset + length; i++) {
        check(values[i], Double.isFinite(values[i]));
      }
      super.writeArray(values, offset, length);
    }

    private void check(Number value, boolean finite) throws IOException {
      if (!finite) {
        throw new JsonGenerationException(value + " is no number in JSON", this);
      }
    }
  }
}
