// A worker of the page's own: the embedded policy answers in it, and one by address in a worker of this one's.
import { loadPolicy } from "interlock-policy";

onmessage = async ({ data: { address, request } }) => {
  const embedded = await loadPolicy();
  const served = await loadPolicy(address);
  postMessage({
    name: embedded.manifest.name,
    verdict: embedded.evaluate(request).verdict,
    served: served.manifest.name,
  });
  served.close();
};
