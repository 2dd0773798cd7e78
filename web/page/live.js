// The live camera, which is loaded when somebody asks for it. Knows nothing of what it does.

export { LiveCamera } from './reading/live-camera.js';
