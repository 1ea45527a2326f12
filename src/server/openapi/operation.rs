//! One operation of the API, described by the types it takes and returns.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

pub const SESSION: &str = "session";
pub const SERVICE_TOKEN: &str = "service_token";

/// Returned before there is a request to handle: the only error without a body.
const HEAD_TOO_LARGE: u16 = 431;

/// The description of each error status.
const ERRORS: [(u16, &str); 14] = [
    (400, "What was sent can't be read"),
    (401, "Nobody is signed in, or the token opens nothing"),
    (402, "The card was declined, or its bank asks for the customer"),
    (403, "The role may not do this, or the request came from another site"),
    (404, "There is no such thing, or it is not yours"),
    (408, "The body did not arrive in time"),
    (409, "It can't be done as things stand; the code says why"),
    (413, "The body is too large"),
    (415, "The body is not JSON"),
    (422, "What was sent can be read, and not be used"),
    (429, "Too many attempts"),
    (HEAD_TOO_LARGE, "The headers are too large; there is no body"),
    (502, "Stripe refused"),
    (503, "Stripe or the database is away, or there is too much to do: try again"),
];

/// The schemas of requests and responses.
pub struct Schemas {
    answered: SchemaGenerator,
    taken: SchemaGenerator,
}

impl Default for Schemas {
    fn default() -> Self {
        let settings = || {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.definitions_path = "/components/schemas".into();
                settings.meta_schema = None;
            })
        };
        // Bodies are small enough to inline; what is optional in one may be required in a response.
        let taken = settings().for_deserialize().with(|settings| settings.inline_subschemas = true);
        Self {
            answered: settings().for_serialize().into_generator(),
            taken: taken.into_generator(),
        }
    }
}

impl Schemas {
    /// The schema of a response.
    pub fn answered<T: JsonSchema>(&mut self) -> Value {
        self.answered.subschema_for::<T>().to_value()
    }

    /// The schema of a request.
    pub fn taken<T: JsonSchema>(&mut self) -> Value {
        self.taken.subschema_for::<T>().to_value()
    }

    /// The definitions that responses refer to.
    pub fn components(mut self) -> Map<String, Value> {
        self.answered.take_definitions(true)
    }
}

/// An operation and its description.
pub struct Operation {
    pub method: &'static str,
    pub path: &'static str,
    pub described: Value,
}

impl Operation {
    /// An operation that anybody may call and that returns only a 200. `id` names it in generated
    /// clients.
    pub fn new(method: &'static str, path: &'static str, id: &str, summary: &str) -> Self {
        let described = json!({
            "operationId": id,
            "summary": summary,
            "parameters": [],
            "responses": {"200": {"description": "Done"}},
        });
        let operation = Self { method, path, described };
        path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).fold(
            operation,
            |operation, name| {
                let id = json!({"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"});
                operation.parameter("path", name, true, id)
            },
        )
    }

    /// Adds a query parameter. An empty optional one counts as left out.
    pub fn query(self, name: &str, required: bool, schema: Value) -> Self {
        let schema = match required {
            true => schema,
            false => json!({"anyOf": [schema, {"const": ""}]}),
        };
        self.parameter("query", name, required, schema)
    }

    /// Adds a header.
    pub fn header(self, name: &str, schema: Value) -> Self {
        self.parameter("header", name, true, schema)
    }

    fn parameter(mut self, place: &str, name: &str, required: bool, schema: Value) -> Self {
        let parameter = json!({"in": place, "name": name, "required": required, "schema": schema});
        if let Some(parameters) = self.described["parameters"].as_array_mut() {
            parameters.push(parameter);
        }
        self
    }

    /// Adds a JSON body.
    pub fn body(mut self, schema: Value) -> Self {
        self.described["requestBody"] =
            json!({"required": true, "content": {"application/json": {"schema": schema}}});
        self
    }

    /// Returns JSON.
    pub fn answers(self, schema: Value) -> Self {
        self.answers_as("application/json", schema)
    }

    /// Returns this content type.
    pub fn answers_as(mut self, content_type: &str, schema: Value) -> Self {
        self.described["responses"]["200"] =
            json!({"description": "Done", "content": {content_type: {"schema": schema}}});
        self
    }

    /// Returns a 204 instead.
    pub fn answers_nothing(mut self, description: &str) -> Self {
        self.described["responses"] = json!({"204": {"description": description}});
        self
    }

    /// Also returns this status, without a body.
    pub fn also(mut self, status: u16, description: &str) -> Self {
        self.described["responses"][status.to_string()] = json!({"description": description});
        self
    }

    /// Also returns errors of these statuses.
    pub fn errors(mut self, statuses: &[u16]) -> Self {
        let schema = json!({"$ref": "#/components/schemas/Error"});
        let content = json!({"application/json": {"schema": schema}});
        for (status, description) in ERRORS.iter().filter(|(known, _)| statuses.contains(known)) {
            let mut error = json!({"description": description});
            if *status != HEAD_TOO_LARGE {
                error["content"] = content.clone();
            }
            self.described["responses"][status.to_string()] = error;
        }
        self
    }

    /// Requires this scheme.
    pub fn secured_by(mut self, scheme: &str) -> Self {
        self.described["security"] = json!([{scheme: []}]);
        self
    }
}
