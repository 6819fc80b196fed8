// Makes one of the two calls; standard input: {"endpoint", "operation", "parameters"}, standard output: the outcome.
// SDK is the folder that the SDK is installed in. Credentials and Region are found as the SDK finds them.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const sdk = createRequire(`${process.env.SDK}/`)("@aws-sdk/client-cognito-identity-provider");
const { endpoint, operation, parameters } = JSON.parse(readFileSync(0, "utf8"));
const client = new sdk.CognitoIdentityProviderClient(endpoint ? { endpoint } : {});

try {
  const { $metadata, ...output } = await client.send(new sdk[`${operation}Command`](parameters));
  console.log(JSON.stringify({ output }));
} catch (error) {
  console.log(JSON.stringify({ error: error.name }));
}
