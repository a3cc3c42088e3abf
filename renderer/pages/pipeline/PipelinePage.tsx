import { Loading } from '../../components/Loading.tsx';
import { Page } from '../../components/Page.tsx';

export default function PipelinePage() {
  return (
    <Page title="Pipeline">
      <Loading />
    </Page>
  );
}
