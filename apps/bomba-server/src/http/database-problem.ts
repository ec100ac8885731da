import { MongoError, MongoNetworkError, MongoServerError, MongoServerSelectionError } from 'mongodb';
import { Error as MongooseError } from 'mongoose';
import { type FieldProblem, HttpProblem } from './http-problem.js';

const duplicateKey = 11_000;
const failedValidation = 121;

/** The message without the value, which may be a password. */
function describeField(error: MongooseError.ValidatorError | MongooseError.CastError): string {
  if (error instanceof MongooseError.CastError) return `must be of type ${error.kind}`;
  const { kind, message } = error;
  if (kind === 'required') return 'is required';
  if (kind === 'enum') return 'is not one of the permitted values';
  if (kind === 'maxlength') return 'is too long';
  return message.includes('`') ? 'is not acceptable' : message;
}

function fieldsOf({ errors }: MongooseError.ValidationError): readonly FieldProblem[] {
  return Object.entries(errors)
    .filter(([, error]) => !(error instanceof MongooseError.ValidationError))
    .map(([field, error]) => ({ field, detail: describeField(error) }));
}

function explainServerError(error: MongoServerError): HttpProblem | undefined {
  if (error.code === failedValidation)
    return new HttpProblem(422, 'The database refused the document by its rules.');
  if (error.code !== duplicateKey) return undefined;
  const keys = (error['keyPattern'] ?? error['keyValue'] ?? {}) as Readonly<Record<string, unknown>>;
  const fields = Object.keys(keys).filter((field) => field !== '_syncMeta');
  const named = fields.length === 0 ? 'a value that must be unique' : fields.join(', ');
  return new HttpProblem(
    409,
    `Another document has the same ${named}: choose another value.`,
    fields.map((field) => ({ field, detail: 'must be unique' })),
  );
}

const isUnreachable = (error: unknown): boolean =>
  error instanceof MongoNetworkError ||
  error instanceof MongoServerSelectionError ||
  error instanceof MongooseError.MongooseServerSelectionError;

/** What an error of the database means for the client; `undefined` where it is a fault of this server. */
export function explainDatabaseError(error: unknown, localIsUp: boolean): HttpProblem | undefined {
  if (error instanceof MongooseError.ValidationError) {
    return new HttpProblem(422, 'The document does not fulfil the rules of its kind.', fieldsOf(error));
  }
  if (error instanceof MongooseError.CastError) {
    return new HttpProblem(400, `The value of ${error.path} has the wrong type.`);
  }
  if (error instanceof MongooseError.VersionError) {
    return new HttpProblem(409, 'The document was changed meanwhile: read it again, then repeat the change.');
  }
  if (error instanceof MongooseError.DocumentNotFoundError) {
    return new HttpProblem(404, 'The document was deleted meanwhile.');
  }
  const ofDatabase = error instanceof MongoError || error instanceof MongooseError;
  if (isUnreachable(error) || (ofDatabase && !localIsUp)) {
    return new HttpProblem(503, 'The local database does not answer: try again in a moment.');
  }
  return error instanceof MongoServerError ? explainServerError(error) : undefined;
}
