import "./backup";
import "./turnstile";
